/**
 * Compares the fingerprints of the same seeds on two platforms, and says what came of it.
 *
 * @param {string} reference the platform compared with
 * @param {readonly string[]} expected its fingerprints, by seed
 * @param {string} platform
 * @param {readonly string[]} actual
 * @returns {boolean} whether all are equal, and there are any
 */
export function compareFingerprints(reference, expected, platform, actual) {
  const count = Math.max(expected.length, actual.length);
  const different = Array.from({ length: count }, (_, seed) => seed).filter((seed) => expected[seed] !== actual[seed]);
  const equal = count > 0 && different.length === 0;
  const verdict = equal ? "equal to" : "DIFFERENT from";
  process.stdout.write(`${platform}: ${actual.length} fingerprints, ${verdict} those of ${reference}\n`);
  for (const seed of different.slice(0, 10)) {
    process.stdout.write(`  seed ${seed}: ${expected[seed]} there, ${actual[seed]} here\n`);
  }
  if (different.length > 10) process.stdout.write(`  and ${different.length - 10} more\n`);
  return equal;
}
