/** Rules about targets. Pure functions: nothing is looked up here. */
@NullMarked
package io.vmessproxy.client.routing;

import org.jspecify.annotations.NullMarked;
