/**
 * The program as a VMess server. Start at {@link io.vmessproxy.client.serve.ServeProxy}. Knows
 * nothing of the local front ends.
 */
@NullMarked
package io.vmessproxy.client.serve;

import org.jspecify.annotations.NullMarked;
