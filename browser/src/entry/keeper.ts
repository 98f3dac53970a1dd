import { serveKeeper } from "../staff/staffworker";

declare const self: MessageEnd;

serveKeeper(self);
