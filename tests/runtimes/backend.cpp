// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend in C++: threads, futures, a team of OpenMP, random numbers, exceptions, locales.
 */
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <locale>
#include <numeric>
#include <random>
#include <regex>
#include <stdexcept>
#include <thread>
#include <vector>

static void must(bool holds, const char *what)
{
	if (!holds)
		throw std::runtime_error(what);
}

int main()
{
	std::locale::global(std::locale(""));
	std::vector<std::future<int>> futures;
	for (int i = 0; i < 8; i++)
		futures.push_back(std::async(std::launch::async, [i] { return i * i; }));
	must(std::accumulate(futures.begin(), futures.end(), 0,
		     [](int sum, auto &f) { return sum + f.get(); }) == 140,
		"threads");
	int sum = 0;
#pragma omp parallel for reduction(+ : sum)
	for (int i = 0; i < 1000; i++)
		sum += i;
	must(sum == 499500, "OpenMP");
	must(std::thread::hardware_concurrency() > 0, "processors");
	must(std::random_device{}() != std::random_device{}(), "random numbers");
	must(std::filesystem::exists(std::filesystem::read_symlink("/proc/self/exe")), "path");
	must(std::regex_match("vhost-user", std::regex("v.*-user")), "regular expressions");
	try {
		std::ifstream file;
		file.exceptions(std::ios::failbit);
		file.open("/nonexistent");
		must(false, "no exception");
	} catch (const std::ios::failure &) {
	}
	std::cout << "{\"type\": \"sample\", \"features\": [\"healthy\"]}" << std::endl;
}
