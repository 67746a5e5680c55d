/** Which layers stand on which, for both ends. */
@NullMarked
package io.vmessproxy.client.transport.stack;

import org.jspecify.annotations.NullMarked;
