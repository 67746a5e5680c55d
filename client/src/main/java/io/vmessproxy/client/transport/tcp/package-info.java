/** Plain TCP: the layer below all others. */
@NullMarked
package io.vmessproxy.client.transport.tcp;

import org.jspecify.annotations.NullMarked;
