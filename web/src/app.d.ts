// Nothing is added to SvelteKit's own types; the file makes them known to the compiler.
import '@sveltejs/kit';
