using StatusHub.Simulator;

var real = TimeProvider.System;
var app = SimulatorApp.Build(args, SimulatorApp.ClockFrom(args, real), real);
await app.StartAsync();
Console.WriteLine($"Simulator at {SimulatorApp.AddressOf(app)}");
await app.WaitForShutdownAsync();
