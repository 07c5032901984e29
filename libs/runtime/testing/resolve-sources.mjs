// Lets plain Node run the sources: their imports name the .js files that they become.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const ofSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(ofSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
