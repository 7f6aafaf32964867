/** Preloaded into every test process: what one of them compiled, the others need not. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
