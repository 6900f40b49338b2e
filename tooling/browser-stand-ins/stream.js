/** What memfs's streams inherit from where there are none. */
export class Readable {}

export class Writable {}
