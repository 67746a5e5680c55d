/**
 * Users and the keys that follow from their ids alone. Start at {@link
 * io.vmessproxy.common.vmess.account.Account}.
 */
@NullMarked
package io.vmessproxy.common.vmess.account;

import org.jspecify.annotations.NullMarked;
