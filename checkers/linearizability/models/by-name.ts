import type { LinearizabilityModel, ModelFactory } from "../model.ts";
import { counterModel } from "./counter.ts";
import { kvModel } from "./kv.ts";
import { multiRegisterModel } from "./multi-register.ts";
import { mutexModel } from "./mutex.ts";
import { queueModel } from "./queue.ts";
import { casRegisterModel, registerModel } from "./register.ts";
import { setModel } from "./set.ts";
import { stackModel } from "./stack.ts";

export const MODELS: Readonly<Record<LinearizabilityModel, ModelFactory>> = {
  register: registerModel,
  "cas-register": casRegisterModel,
  "multi-register": multiRegisterModel,
  kv: kvModel,
  set: setModel,
  counter: counterModel,
  queue: queueModel,
  stack: stackModel,
  mutex: mutexModel,
};
