/** {@code check}: walks each server stage by stage and says what is wrong with it. */
@NullMarked
package io.vmessproxy.client.check;

import org.jspecify.annotations.NullMarked;
