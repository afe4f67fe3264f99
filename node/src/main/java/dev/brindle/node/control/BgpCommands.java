// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import dev.brindle.bird.speaker.Speaker;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/// `brindle bgp ...` as the daemon answers it.
public final class BgpCommands implements ControlHandler {

  private final Supplier<Optional<Speaker>> speaker;
  private final ReloadCommands reload;

  /// @param speaker empty while BGP has not started, or where there is none
  /// @param file empty where there is none to be read again
  public BgpCommands(Supplier<Optional<Speaker>> speaker, Optional<Reloading> file) {
    this.speaker = speaker;
    this.reload = new ReloadCommands(file);
  }

  @Override
  public void answer(ControlRequest request, ControlAnswer answer)
      throws ControlRefusal, IOException {
    try {
      switch (request.command()) {
        case "summary" -> peers(request, answer).summary();
        case "neighbor" -> peers(request, answer).neighbor();
        case "refresh" -> peers(request, answer).refresh();
        case "reset" -> peers(request, answer).reset();
        case "drain" -> peers(request, answer).drain();
        case "undrain" -> peers(request, answer).undrain();
        case "dump" -> new DumpCommand(running(), request).dump(answer);
        case "routes" -> routes(request, answer).routes();
        case "explain" -> routes(request, answer).explain();
        case "reload" -> reload.reload(request, answer);
        case "confirm" -> reload.confirm(request);
        default -> throw unknown(request.command());
      }
    } catch (RejectedExecutionException _) {
      throw new ControlRefusal("ending", "the daemon is about to end", "");
    }
  }

  private static ControlRefusal unknown(String command) {
    return new ControlRefusal(
        "bad-request",
        "this daemon knows no command '%s'"
            .formatted(command.length() <= 40 ? command : command.substring(0, 40) + "..."),
        "use the brindle of the daemon's own version");
  }

  private PeerCommands peers(ControlRequest request, ControlAnswer answer) throws ControlRefusal {
    return new PeerCommands(running(), request, answer);
  }

  private RouteCommands routes(ControlRequest request, ControlAnswer answer) throws ControlRefusal {
    return new RouteCommands(running(), request, answer);
  }

  private Speaker running() throws ControlRefusal {
    return speaker
        .get()
        .orElseThrow(
            () ->
                new ControlRefusal(
                    "no-bgp",
                    "this daemon does not speak BGP, or not yet",
                    "brindle node status says what it waits for"));
  }
}
