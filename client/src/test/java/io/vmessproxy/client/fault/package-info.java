/**
 * What can be wrong between the program and a target, made with real sockets, and the class that it
 * has to be called by. Start at {@link io.vmessproxy.client.fault.Fault}.
 */
@NullMarked
package io.vmessproxy.client.fault;

import org.jspecify.annotations.NullMarked;
