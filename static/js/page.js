/** What every page with a bar runs. Nothing imports this file: it is the one entrance. */

import { showWhatWaitsOnTheDevice } from "./device.js";
import { startKeeping } from "./keep.js";
import { startSession } from "./session.js";
import { startInterface } from "./ui.js";

startInterface();
startSession();
startKeeping();
showWhatWaitsOnTheDevice();
