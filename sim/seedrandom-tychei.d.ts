declare module "seedrandom/lib/tychei.js" {
  /** Samuel Neves and Filipe Araujo's Tyche-i generator, seeded by a string. */
  export default function tychei(seed: string): { int32(): number };
}
