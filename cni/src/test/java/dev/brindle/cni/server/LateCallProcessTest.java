// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.server.PluginClient.Ended;
import dev.brindle.linux.testing.Waiting;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// An ADD that stands behind a long call while its runtime gives it up: the DEL, which another
/// client makes in another slot, is answered first.
@ParameterizedClass(name = "{0}")
@EnumSource(PluginClient.class)
class LateCallProcessTest {

  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;

  @TempDir private Path base;
  @Parameter private PluginClient client = PluginClient.JAVA;
  private final PodWorld world = new PodWorld();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void leavesNothing() throws Exception {
    client.needed();
    world.kernels.pod(PodWorld.namespace("c1"));
    try (CniServer _ =
        CniServer.start(new SlotFiles(base), CniServerHolder::makeFifo, this::answer)) {
      Process slow = start(client, "ADD", "c0", "slow");
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      slow.destroyForcibly().waitFor();
      Process add = start(client, "ADD", "c1", NETWORK);
      Waiting.until("the ADD is in the slot", this::hasCall);

      assertThat(PluginClient.ended(start(PluginClient.JAVA, "DEL", "c1", NETWORK)))
          .isEqualTo(new Ended(0, ""));
      goOn.countDown();

      assertThat(PluginClient.ended(add).output())
          .contains("\"code\":11", "the runtime gave this ADD up");
    }
    world.mustHave(0);
  }

  private PluginReply answer(byte[] message, Delegates host) {
    if (!PluginCall.decode(message).input().equals("slow")) {
      return world.calls.answer(message, host);
    }
    entered.countDown();
    try {
      assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return PluginReply.success("");
  }

  private boolean hasCall() {
    try (var fifo = new RandomAccessFile(new SlotFiles(base).in(0).toFile(), "rw");
        var in = new FileInputStream(fifo.getFD())) {
      return in.available() > NETWORK.length();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(PluginClient client, String command, String container, String input)
      throws IOException {
    return PluginClient.start(
        client.builder(
            Map.of(
                "BRINDLE_CNI_DIR",
                base.toString(),
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                container,
                "CNI_NETNS",
                PodWorld.namespace(container),
                "CNI_IFNAME",
                "eth0",
                "CNI_ARGS",
                "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web")),
        input);
  }
}
