// The keyed digest that tests use: that it is keyed matters, with what does not.
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";

export const getDigest = createKeyedDigest(async () => "a secret of the test");
