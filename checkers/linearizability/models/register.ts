import type { Operation } from "../../history.ts";
import type { LinearizabilityModel, Model, ModelFactory } from "../model.ts";
import { RegisterMachine, type RegisterOperation } from "../register-machine.ts";
import { registerValues } from "./register-values.ts";
import { pairOf, unknownFunction, valueOf } from "./operations.ts";
import { usefulToRegister } from "./useful-to-register.ts";

/** `read` and `write`; null before the first write. */
export const registerModel: ModelFactory = (init) => modelOf("register", ["read", "write"], init);

/** `read`, `write`, and `cas` with the value [from, to]; null before the first write. */
export const casRegisterModel: ModelFactory = (init) => modelOf("cas-register", ["read", "write", "cas"], init);

function modelOf(
  name: LinearizabilityModel,
  functions: readonly string[],
  init: Parameters<ModelFactory>[0] = null,
): Model {
  const machine = new RegisterMachine();
  const registerOperation = (operation: Operation): RegisterOperation => {
    const { f, start } = operation;
    if (f === "read") return { needs: operation.value ?? null, leaves: undefined, start };
    if (f === "write") return { needs: undefined, leaves: operation.value ?? null, start };
    const [from, to] = pairOf(name, operation);
    return { needs: from, leaves: to, start };
  };
  return {
    name,
    check(operation) {
      if (!functions.includes(operation.f)) throw unknownFunction(name, operation, functions);
      if (operation.f === "write") valueOf(name, operation);
      if (operation.f === "cas") pairOf(name, operation);
    },
    observes: ({ f }) => f === "read",
    select: (required, optional) => usefulToRegister(required, optional, registerOperation),
    valuesOf: () => registerValues(init, registerOperation),
    machineOf({ operations, required }) {
      machine.load(operations.map(registerOperation), required, init);
      return machine;
    },
  };
}
