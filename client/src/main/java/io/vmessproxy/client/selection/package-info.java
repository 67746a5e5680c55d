/**
 * Servers, their users, and whose turn it is. Start at {@link
 * io.vmessproxy.client.selection.ServerSelector}. Opens nothing.
 */
@NullMarked
package io.vmessproxy.client.selection;

import org.jspecify.annotations.NullMarked;
