import fc from "fast-check";

/** With `FAULTLINE_PROPERTY_SEED=random` every run draws other examples, to look further; a number repeats what it found. */
const wanted = process.env["FAULTLINE_PROPERTY_SEED"] ?? "1";

// The same commit is red or green, never now this and now that.
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
