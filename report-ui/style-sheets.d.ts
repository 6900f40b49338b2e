/** Imported for their effect: the bundler puts all style sheets into the page. */
declare module "*.css";
