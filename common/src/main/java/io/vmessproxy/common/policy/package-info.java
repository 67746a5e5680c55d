/** How long connections may take and idle, by the level of their user. Values only. */
@NullMarked
package io.vmessproxy.common.policy;

import org.jspecify.annotations.NullMarked;
