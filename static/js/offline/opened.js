/** What is open on this page: the device, its visits once the passphrase was typed, the form. The parts share it. */

export const opened = {
  /** What stands in the clear of this device; null before it is set up. */
  own: null,
  /** See visits.js; null while locked. */
  visits: null,
  /** See form_page.js; null before the first visit is shown. */
  form: null,
  /** Shows what changed, where the list of visits is on the screen. */
  refresh() {},
  /** The office withdrew the device. */
  withdrawn() {},
};
