/**
 * What the user asked for, as checked values. {@link io.vmessproxy.client.settings.ClientSettings}
 * is the whole of it. Beside it stand the checks of single words that {@code cli} and {@code link}
 * share; which flag or JSON path a word came from, only they know.
 */
@NullMarked
package io.vmessproxy.client.settings;

import org.jspecify.annotations.NullMarked;
