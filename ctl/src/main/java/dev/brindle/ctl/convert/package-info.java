// SPDX-License-Identifier: Apache-2.0
/// Resources of Calico before v3, and of Kubernetes, as Calico has them today.
@NullMarked
package dev.brindle.ctl.convert;

import org.jspecify.annotations.NullMarked;
