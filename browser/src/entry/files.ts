import { serveFiles } from "../fileworker";

declare const self: MessageEnd;

serveFiles(self);
