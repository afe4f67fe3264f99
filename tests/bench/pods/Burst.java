// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs a CNI plugin for many pods, some at a time, as kubelet and containerd do.
///
/// @param plugin what is executed
/// @param paths CNI_PATH
/// @param config for its standard input
/// @param variables beside those of the specification
record Burst(Path plugin, String paths, String config, Map<String, String> variables) {

  private static final int SHOWN = 600;

  /// @param wallSeconds from the first exec to the last end
  /// @param calls each one's milliseconds, from its exec to its end
  record Took(double wallSeconds, List<Double> calls) {}

  Took run(String command, List<String> pods, int atOnce) throws InterruptedException, IOException {
    long begin = System.nanoTime();
    List<Double> took = new ArrayList<>();
    try (ExecutorService runners = Executors.newFixedThreadPool(atOnce)) {
      List<Callable<Double>> calls =
          pods.stream().map(pod -> (Callable<Double>) () -> call(command, pod)).toList();
      for (Future<Double> each : runners.invokeAll(calls)) {
        took.add(each.get());
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return new Took((System.nanoTime() - begin) / 1e9, took);
  }

  private double call(String command, String pod) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(plugin.toString()).redirectErrorStream(true);
    String container = HexFormat.of().formatHex(pod.getBytes(StandardCharsets.UTF_8));
    builder.environment().putAll(variables);
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND", command,
                "CNI_CONTAINERID", container,
                "CNI_NETNS", "/run/netns/" + pod,
                "CNI_IFNAME", "eth0",
                "CNI_PATH", paths,
                "CNI_ARGS",
                    "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s"
                        .formatted(Crowd.NAMESPACE, pod, container)));
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(config.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(
          "%s %s of %s: %s"
              .formatted(plugin, command, pod, said.substring(0, Math.min(SHOWN, said.length()))));
    }
    return (System.nanoTime() - begin) / 1e6;
  }
}
