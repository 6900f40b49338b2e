/**
 * Hash of the sources of floors 0 to 4 and of the packages that they use, put in when they are bundled. Equal hashes mean
 * equal fingerprints for equal seeds.
 */
declare const __FAULTLINE_BUILD__: string;
