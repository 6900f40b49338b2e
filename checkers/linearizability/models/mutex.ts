import { ModelError, type ModelFactory } from "../model.ts";
import { RegisterMachine, type RegisterOperation } from "../register-machine.ts";
import { unknownFunction } from "./operations.ts";
import { usefulToRegister } from "./useful-to-register.ts";

const FUNCTIONS = ["acquire", "release"];

/** `acquire`, of a mutex that is free, and `release`, of one that is held; free at first, or held when `init` is true. */
export const mutexModel: ModelFactory = (init = false) => {
  if (typeof init !== "boolean") throw new ModelError("mutex", undefined, "the initial value must be true or false");
  const machine = new RegisterMachine();
  // A register that holds whether the mutex is held.
  const registerOperation = ({ f, start }: { readonly f: string; readonly start: number }): RegisterOperation =>
    f === "acquire" ? { needs: "free", leaves: "held", start } : { needs: "held", leaves: "free", start };
  return {
    name: "mutex",
    check(operation) {
      if (!FUNCTIONS.includes(operation.f)) throw unknownFunction("mutex", operation, FUNCTIONS);
    },
    observes: () => false,
    select: (required, optional) => usefulToRegister(required, optional, registerOperation),
    machineOf({ operations, required }) {
      machine.load(operations.map(registerOperation), required, init ? "held" : "free");
      return machine;
    },
  };
};
