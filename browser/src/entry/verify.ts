// What the page for checking a kept acknowledgement needs, without a network.
export { parseAcknowledgement, verifyKept } from "../proof/acknowledgement";
export { checkConsistency, parseCheckpoint, trimCheckpoint } from "../proof/checkpoint";
export { parseProof, verifyCaseProof, verifyPublicProof } from "../proof/inclusion";
export { caseOrigin, parseVerifier, publicOrigin, rootFingerprint } from "../proof/keys";
export { verifyKeySet } from "../proof/keyset";
export { publicLeaf } from "../proof/leaf";
export { fromUtf8, hexHash, utf8 } from "../bytes";
export { Fault } from "../fault";
