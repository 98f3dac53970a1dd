import { Ceremony, type CeremonyOperations } from "./ceremony";
import { serve } from "./serve";

/** Makes root key, recovery kit and offices' keys for the page at the other end. What may be asked stands in ceremony.ts. */
export function serveCeremony(end: MessageEnd): void {
  serve<CeremonyOperations>(end, new Ceremony().handlers());
}
