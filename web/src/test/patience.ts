// What tests wait for may take as long as a busy machine needs: only what never comes waits so long.
import { configure } from "@solidjs/testing-library";

configure({ asyncUtilTimeout: 60_000 });
