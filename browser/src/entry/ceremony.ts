import { serveCeremony } from "../staff/ceremonyworker";

declare const self: MessageEnd;

serveCeremony(self);
