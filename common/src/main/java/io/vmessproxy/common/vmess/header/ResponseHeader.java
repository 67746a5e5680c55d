package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.vmess.account.SwitchAccount;
import org.jspecify.annotations.Nullable;

/**
 * What a server's response header says beyond being an answer to our request.
 *
 * @param suggestion another port to use from now on, where the server names one
 */
public record ResponseHeader(@Nullable SwitchAccount suggestion) {}
