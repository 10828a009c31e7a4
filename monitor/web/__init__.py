"""What every page has to do with HTTP: headers, errors, languages, numbers, pages of lists, commit."""
