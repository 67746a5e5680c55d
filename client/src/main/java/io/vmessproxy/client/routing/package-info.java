/**
 * Rules about targets. Start at {@link io.vmessproxy.client.routing.Rule}. Pure functions: nothing
 * is looked up here.
 */
@NullMarked
package io.vmessproxy.client.routing;

import org.jspecify.annotations.NullMarked;
