import { render } from "preact";

render(<main>Faultline</main>, document.getElementById("page") as HTMLElement);
