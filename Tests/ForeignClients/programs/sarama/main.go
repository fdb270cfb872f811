// sarama behind a line of JSON for each command; see clients/process.py.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"log"
	"os"

	"github.com/Shopify/sarama"
)

// arguments is what commands can carry; each uses its own part.
type arguments struct {
	Do         string            `json:"do"`
	ID         string            `json:"id"`
	Topic      string            `json:"topic"`
	Topics     []string          `json:"topics"`
	Group      string            `json:"group"`
	Codec      string            `json:"codec"`
	Idempotent bool              `json:"idempotent"`
	Records    []record          `json:"records"`
	Values     [][]byte          `json:"values"`
	Partition  int32             `json:"partition"`
	Partitions json.RawMessage   `json:"partitions"`
	Count      int               `json:"count"`
	Last       int64             `json:"last"`
	Offset     int64             `json:"offset"`
	Timestamp  int64             `json:"timestamp"`
	Committed  bool              `json:"committed"`
	Seconds    int               `json:"seconds"`
	Configs    map[string]string `json:"configs"`
	Key        string            `json:"key"`
	Value      string            `json:"value"`
}

// driver has what lives between commands.
type driver struct {
	address string
	admin   sarama.ClusterAdmin
	client  sarama.Client
	members map[string]*member
}

func (d *driver) commands() map[string]func(arguments) (interface{}, error) {
	return map[string]func(arguments) (interface{}, error){
		"produce": d.produce, "send_all": d.sendAll, "consume": d.consume,
		"ends": d.ends, "offset_for_time": d.offsetForTime,
		"join": d.join, "poll": d.poll, "assignment": d.assignment, "leave": d.leave,
		"create_topic": d.createTopic, "delete_topic": d.deleteTopic, "topics": d.topics,
		"configs": d.configs, "set_config": d.setConfig, "set_partitions": d.setPartitions,
		"delete_records": d.deleteRecords,
	}
}

// config is the same for all: the newest version that sarama 1.22 knows.
func config() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.V2_2_0_0
	config.ClientID = "sarama"
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Consumer.Return.Errors = true
	return config
}

func run(d *driver, request arguments) (result interface{}, err error) {
	command, known := d.commands()[request.Do]
	if !known {
		return nil, errors.New("no such command")
	}
	return command(request)
}

func main() {
	d := &driver{address: os.Args[1], members: map[string]*member{}}
	var err error
	if d.client, err = sarama.NewClient([]string{d.address}, config()); err != nil {
		log.Fatal(err)
	}
	if d.admin, err = sarama.NewClusterAdmin([]string{d.address}, config()); err != nil {
		log.Fatal(err)
	}
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var request arguments
		answer := map[string]interface{}{}
		if err = json.Unmarshal(line, &request); err == nil {
			answer["ok"], err = run(d, request)
		}
		if err != nil {
			answer = map[string]interface{}{"error": err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			log.Fatal(err)
		}
	}
}
