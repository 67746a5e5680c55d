/** TLS. Both ends. */
@NullMarked
package io.vmessproxy.client.transport.tls;

import org.jspecify.annotations.NullMarked;
