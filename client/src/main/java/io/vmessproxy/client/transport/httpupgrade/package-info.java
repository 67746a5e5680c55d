/** An HTTP/1.1 upgrade without frames. Both ends. */
@NullMarked
package io.vmessproxy.client.transport.httpupgrade;

import org.jspecify.annotations.NullMarked;
