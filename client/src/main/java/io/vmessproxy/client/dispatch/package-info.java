/**
 * From a front end's session to its outbound and back: {@link
 * io.vmessproxy.client.dispatch.Dispatcher#dispatch} shows the stages in order.
 */
@NullMarked
package io.vmessproxy.client.dispatch;

import org.jspecify.annotations.NullMarked;
