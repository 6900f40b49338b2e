/** Prints the fingerprints of as many seeds as its parameter says, as a JSON list. */
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { fingerprints } from "../../scenarios/fingerprint-suite.ts";

const seeds = Number(process.argv[2]);
process.stdout.write(JSON.stringify(await fingerprints(new NodeDrain(), seeds)));
