/**
 * What the user asked for, as checked values. {@link io.vmessproxy.client.settings.ClientSettings}
 * is the whole of it. Reads nothing: {@code cli} and {@code link} do.
 */
@NullMarked
package io.vmessproxy.client.settings;

import org.jspecify.annotations.NullMarked;
