// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.server.PluginClient.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both plugins at once, more of them than there are slots: one keeps the other off its slot.
class MixedClientsTest {

  private static final int CALLS = 50;

  @TempDir private Path base;

  @Test
  void eachGetsItsOwnAnswerAndNoSlotIsSharedEver() throws Exception {
    PluginClient.C.needed();
    var atOnce = new AtomicInteger();
    var most = new AtomicInteger();
    SlotFiles files = new SlotFiles(base.resolve("cni"));
    try (CniServer server =
        CniServer.start(
            files,
            CniServerHolder::makeFifo,
            (message, _) -> {
              most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
              PluginCall call = PluginCall.decode(message);
              atOnce.decrementAndGet();
              return PluginReply.success(
                  call.environment().get("CNI_CONTAINERID") + " " + call.input().length());
            })) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        PluginClient client = i % 3 == 0 ? PluginClient.JAVA : PluginClient.C;
        Map<String, String> variables =
            Map.of(
                "CNI_COMMAND",
                "ADD",
                "CNI_CONTAINERID",
                "c" + i,
                "BRINDLE_CNI_DIR",
                files.directory().toString());
        processes.add(PluginClient.start(client.builder(variables), "x".repeat(i * 1_000)));
      }
      for (int i = 0; i < CALLS; i++) {
        assertThat(PluginClient.ended(processes.get(i)))
            .isEqualTo(new Ended(0, "c%d %d".formatted(i, i * 1_000)));
      }
      assertThat(most.get()).isBetween(1, SlotFiles.SLOTS);
      assertThat(server.problems()).isEmpty();
    }
  }
}
