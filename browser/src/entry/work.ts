import { serveWork } from "../workworker";

declare const self: MessageEnd;

serveWork(self);
