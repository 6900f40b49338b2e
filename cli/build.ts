declare const __FAULTLINE_BUILD__: string;

/** Hash of the sources that decide what a seed does (floors 0 to 4, and what they depend on), as people quote it. */
export const build: string = __FAULTLINE_BUILD__.slice(0, 7);
