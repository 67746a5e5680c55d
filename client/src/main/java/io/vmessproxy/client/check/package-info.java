/**
 * {@code check}: walks to each server stage by stage and says what is wrong with it. Start at
 * {@link io.vmessproxy.client.check.Walk}. Knows nothing of how that is shown.
 */
@NullMarked
package io.vmessproxy.client.check;

import org.jspecify.annotations.NullMarked;
